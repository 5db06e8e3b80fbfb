{name(e): e + "-x"}
