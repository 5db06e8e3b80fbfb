{apiVersion: "v1", kind: "List", items: [{apiVersion: "v1", kind: "ConfigMap", metadata: {name: "j"}, data: {text: importstr "t.txt"}}]}
