{{ define "lib.cm" }}apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-fromlib
  namespace: {{ .Release.Namespace }}
data:
  x: {{ .Values.replicas | quote }}
{{ end }}