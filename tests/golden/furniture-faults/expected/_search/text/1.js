explainerSearch("text/1",[{"blocks":[],"explainer":"Faults of the furniture","kind":"section","number":"1","title":"Five","url":"five/"}]);
