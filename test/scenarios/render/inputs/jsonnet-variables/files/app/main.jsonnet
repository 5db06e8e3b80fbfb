local lib = import "lib/names.libsonnet";
local v = import "cm.libsonnet";
function(top, count) [v(lib.name(std.extVar("env")), {n: std.toString(std.extVar("n")), code: std.toString(count), top: top}), {apiVersion: "v1", kind: "ConfigMap", metadata: {name: "second"}}]
