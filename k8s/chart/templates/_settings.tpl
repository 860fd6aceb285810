# Written by `manage.py manifests`; change thriftshop/kubernetes, the contexts' apps.py or their contracts instead.
{{- define "shop.defaults" -}}
DRAIN_GRACE_SECONDS: '3'
DRAIN_SECONDS: '25'
LOG_FORMAT: json
WORKERS: '1'
{{- if .Values.consumers }}
CONSUMERS: apart
{{- end }}
{{- if .Values.kafka }}
EVENT_FEED: thriftshop.events.feed.kafka.KafkaFeed
KAFKA_CA: /etc/kafka/ca.crt
KAFKA_CERTIFICATE: /etc/kafka/user.crt
KAFKA_CERTIFICATE_KEY: /etc/kafka/user.key
KAFKA_CLIENT: confluent-kafka
KAFKA_PREFIX: thriftshop.
KAFKA_SERVERS: kafka-kafka-bootstrap:9093
KAFKA_TLS: 'yes'
{{- end }}
{{- if .Values.cassandra }}
CASSANDRA_DATACENTER: dc1
CASSANDRA_HOSTS: shop-dc1-service
CASSANDRA_REPLICAS: '3'
EVENT_STORE: thriftshop.events.streams.cassandra.CassandraStreams
{{- end }}
{{- if .Values.linkerd }}
MESH: linkerd
{{- end }}
{{- end }}
{{- define "shop.settings" -}}
{{ mergeOverwrite (include "shop.defaults" . | fromYaml) (.Values.settings | default dict) | toYaml }}
{{- end }}
