explainerSearch("text/0",[{"blocks":[[0,"","Text."]],"explainer":"Faults of the furniture","kind":"page","number":"","title":"About","url":"about/"}]);
