explainerSearch("index",{"documents":6,"pages":6,"sources":16,"starts":[""]});
