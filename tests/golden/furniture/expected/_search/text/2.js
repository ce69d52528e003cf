explainerSearch("text/2",[{"blocks":[[0,"","Intro."]],"explainer":"","kind":"page","number":"","title":"The pact","url":"pact/"}]);
