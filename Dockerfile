# The cluster node (src/Silo). Builds need a NuGet feed with Microsoft.Orleans, as nuget.org is.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source

# What the packages depend on, first: this layer stays while only code changes.
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src/Directory.Build.props src/
COPY src/Domain/Domain.csproj src/Domain/
COPY src/Grains.Interfaces/Grains.Interfaces.csproj src/Grains.Interfaces/
COPY src/Grains/Grains.csproj src/Grains/
COPY src/Storage/Storage.csproj src/Storage/
COPY src/Destinations/Destinations.csproj src/Destinations/
COPY src/Api/Api.csproj src/Api/
COPY src/Silo/Silo.csproj src/Silo/
RUN dotnet restore src/Silo -p:Cluster=true

COPY clients/js clients/js
COPY src src
RUN dotnet publish src/Silo --configuration Release --no-restore -p:Cluster=true --output /app

# Without a shell or a package manager; "extra" brings ICU and time zones. Runs as the image's own user, who is not root.
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled-extra
WORKDIR /app
COPY --from=build /app ./

ENV ASPNETCORE_URLS=http://0.0.0.0:8080 \
    Cdp__DataDirectory=/tmp/cdp \
    DOTNET_EnableDiagnostics=0

# 8080: HTTP. 11111: between nodes.
EXPOSE 8080 11111
HEALTHCHECK --interval=5s --timeout=5s --start-period=15m --retries=3 \
    CMD ["dotnet", "CdpPipeline.Silo.dll", "health", "http://127.0.0.1:8080/readyz"]
ENTRYPOINT ["dotnet", "CdpPipeline.Silo.dll"]
