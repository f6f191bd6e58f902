namespace CdpPipeline.Api.Hosting;

/// <summary>Where the SQLite file and generated keys live: <c>Cdp:DataDirectory</c>, by default <c>./data</c>.</summary>
internal static class DataDirectory
{
    public static string Of(IConfiguration configuration) =>
        Path.GetFullPath(configuration["Cdp:DataDirectory"] is { Length: > 0 } directory ? directory : "data");
}
