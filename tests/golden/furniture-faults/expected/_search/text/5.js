explainerSearch("text/5",[{"blocks":[[0,"","Petrov, Ivan, Petrov."]],"explainer":"Faults of the furniture","kind":"section","number":"5","title":"Zwei","url":"two/"}]);
