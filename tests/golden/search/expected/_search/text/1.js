explainerSearch("text/1",[{"blocks":[[0,"","不可侵"]],"explainer":"The pact","kind":"section","number":"2","title":"Army","url":"pact/army/"}]);
