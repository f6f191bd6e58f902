using Microsoft.Extensions.Options;

namespace CdpPipeline.Api.Http;

/// <summary>Stops the start with a sentence for every option that can't work.</summary>
internal sealed class HttpOptionsValidator : IValidateOptions<HttpOptions>
{
    // The web server looks at rates once a second.
    private static readonly TimeSpan GraceMin = TimeSpan.FromSeconds(1.1);

    public ValidateOptionsResult Validate(string? name, HttpOptions options)
    {
        List<string> faults = [];
        Within(faults, nameof(options.HeadersWithin), options.HeadersWithin, TimeSpan.FromSeconds(1));
        Within(faults, nameof(options.SilentWithin), options.SilentWithin, TimeSpan.FromSeconds(1));
        Within(faults, nameof(options.Grace), options.Grace, GraceMin);
        Within(faults, nameof(options.StopWithin), options.StopWithin, TimeSpan.FromSeconds(1));
        if (options.BytesPerSecondMin is < 1 or > 1024 * 1024) faults.Add($"{HttpOptions.Section}:{nameof(options.BytesPerSecondMin)} is {options.BytesPerSecondMin}; set it between 1 and 1048576.");
        if (options.ConnectionsMax is < 1 or > 1_000_000) faults.Add($"{HttpOptions.Section}:{nameof(options.ConnectionsMax)} is {options.ConnectionsMax}; set it between 1 and 1000000.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static void Within(List<string> faults, string key, TimeSpan value, TimeSpan min)
    {
        if (value < min || value > TimeSpan.FromHours(1)) faults.Add($"{HttpOptions.Section}:{key} is {value}; set it between {min} and 01:00:00.");
    }
}
