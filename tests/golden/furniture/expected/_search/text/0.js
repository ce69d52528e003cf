explainerSearch("text/0",[{"blocks":[[0,"","We speak of Moscow."]],"explainer":"","kind":"page","number":"","title":"About","url":"about/"}]);
