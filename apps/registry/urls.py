"""URLs of the registry: pages for people, files for machines."""

from django.urls import path, re_path

from apps.registry.pages import contracts, files, graphql, running, searching, topics

app_name = "registry"
urlpatterns = [
    path("registry", contracts.overview, name="overview"),
    path("registry/contracts/<str:contract>", contracts.contract, name="contract"),
    path("registry/contracts/<str:contract>/<str:name>", contracts.declaration, name="declaration"),
    path("registry/topics", topics.overview, name="topics"),
    path("registry/topics/<str:name>", topics.topic, name="topic"),
    path("registry/graphql", graphql.overview, name="graphql"),
    path("registry/graphql/<str:name>", graphql.named, name="graphql-type"),
    path("registry/search", searching.search, name="search"),
    path("registry/running", running.page, name="running"),
    path("registry/running.json", running.document, name="running-json"),
    path("registry/machines", files.about, name="machines"),
    *(path(f"registry/{file}", files.named, {"file": file}, name=file) for file in files.FILES),
    re_path(r"^registry/idl/(?P<file>[a-z_/]+\.thrift)$", files.idl_text, name="idl"),
]
