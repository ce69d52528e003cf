explainerSearch("text/3",[{"blocks":[[0,"","Molotow in Moskau."]],"explainer":"Pakt","kind":"section","number":"1","title":"Der Anfang","url":"pakt/anfang/"}]);
