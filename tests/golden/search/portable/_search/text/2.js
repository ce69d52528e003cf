explainerSearch("text/2",[{"blocks":[[0,"","What was promised."]],"explainer":"","kind":"page","number":"","title":"The pact","url":"pact/index.html"}]);
