namespace CdpPipeline.Api.Hosting;

/// <summary><c>health URL</c> asks whether a server is ready, for images in which there is no other program that could.</summary>
internal static class HealthCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>Null when the arguments are another command or none.</summary>
    /// <exception cref="SettingException">The address is none.</exception>
    public static Uri? Read(string[] args)
    {
        if (args is not ["health", .. var rest]) return null;
        return rest is [var text] && Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new SettingException("health needs an address: health http://127.0.0.1:8080/readyz.");
    }

    public static async Task<bool> IsReadyAsync(Uri address, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = Patience };
        try
        {
            using var answer = await http.GetAsync(address, cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
