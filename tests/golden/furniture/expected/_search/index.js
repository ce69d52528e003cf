explainerSearch("index",{"documents":5,"pages":4,"sources":16,"starts":[""]});
