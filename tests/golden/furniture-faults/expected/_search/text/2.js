explainerSearch("text/2",[{"blocks":[],"explainer":"Faults of the furniture","kind":"section","number":"2","title":"Four","url":"four/"}]);
