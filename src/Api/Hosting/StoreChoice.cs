namespace CdpPipeline.Api.Hosting;

/// <summary>Reads which store to use: <c>Cdp:Storage</c>, or PostgreSQL as soon as <c>Cdp:ConnectionString</c> is set.</summary>
internal static class StoreChoice
{
    public const string Sqlite = "Sqlite";
    public const string Postgres = "Postgres";

    public static string Of(IConfiguration configuration)
    {
        var isConnected = !string.IsNullOrWhiteSpace(configuration["Cdp:ConnectionString"]);
        return configuration["Cdp:Storage"] switch
        {
            null or "" => isConnected ? Postgres : Sqlite,
            var name when name.Equals(Sqlite, StringComparison.OrdinalIgnoreCase) => isConnected ? Postgres : Sqlite,
            var name when name.Equals(Postgres, StringComparison.OrdinalIgnoreCase) => isConnected
                ? Postgres
                : throw new SettingException("Cdp:Storage is Postgres but Cdp:ConnectionString is not set; set it, e.g. Host=localhost;Database=cdp;Username=cdp."),
            var name => throw new SettingException($"Cdp:Storage is '{name}'; use Sqlite or Postgres."),
        };
    }
}
