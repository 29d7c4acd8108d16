{{- define "janua.name" -}}
{{ .Values.fullnameOverride | default .Chart.Name }}
{{- end }}

{{- define "janua.selector" -}}
app: {{ include "janua.name" . }}
{{- end }}

{{- define "janua.labels" -}}
{{ include "janua.selector" . }}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "janua.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "janua.secret" -}}
{{ .Values.existingSecret | default (include "janua.name" .) }}
{{- end }}

{{- define "janua.environment" -}}
- configMapRef:
    name: {{ include "janua.name" . }}
- secretRef:
    name: {{ include "janua.secret" . }}
{{- end }}

{{- define "janua.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{- /* A value of the environment. Numbers go through JSON, or a large one would read 3.3554432e+07. */}}
{{- define "janua.text" -}}
{{ if kindIs "string" . }}{{ quote . }}{{ else }}{{ toJson . | quote }}{{ end }}
{{- end }}
