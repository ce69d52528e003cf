explainerSearch("text/4",[{"blocks":[[0,"","Warschau, Warrschau."]],"explainer":"Faults of the furniture","kind":"section","number":"4","title":"Drei","url":"three/"}]);
