explainerSearch("text/3",[{"blocks":[[0,"","Doé, Jane. The Straße. 1990."]],"explainer":"The pact","kind":"source","number":"","title":"","url":"pact/bibliography/index.html#source:doe"}]);
