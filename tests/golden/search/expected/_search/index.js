explainerSearch("index",{"documents":4,"pages":3,"sources":16,"starts":[""]});
