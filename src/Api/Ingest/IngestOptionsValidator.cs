using Microsoft.Extensions.Options;

namespace CdpPipeline.Api.Ingest;

/// <summary>Stops the start with a sentence for every option that can't work.</summary>
internal sealed class IngestOptionsValidator : IValidateOptions<IngestOptions>
{
    // The web server itself takes 30,000,000 bytes at most.
    private const int BodyBytesMax = 28 * 1024 * 1024;

    public ValidateOptionsResult Validate(string? name, IngestOptions options)
    {
        List<string> faults = [];
        Within(faults, nameof(options.EventBytesMax), options.EventBytesMax, 1024, 16 * 1024 * 1024);
        Within(faults, nameof(options.BodyBytesMax), options.BodyBytesMax, 1024, BodyBytesMax);
        Within(faults, nameof(options.BuffersBytesMax), options.BuffersBytesMax, 4L * options.BodyBytesMax, long.MaxValue);
        Within(faults, nameof(options.BatchEventsMax), options.BatchEventsMax, 1, 100_000);
        Within(faults, nameof(options.NestingMax), options.NestingMax, 4, 64);
        Within(faults, nameof(options.TraitsMax), options.TraitsMax, 1, 100_000);
        Within(faults, nameof(options.MessageIdLengthMax), options.MessageIdLengthMax, 64, 1024);
        Within(faults, nameof(options.NameLengthMax), options.NameLengthMax, 16, 4096);
        Within(faults, nameof(options.BatchContextBytesMax), options.BatchContextBytesMax, 0, 128 * 1024);
        Within(faults, nameof(options.CachedNamesMax), options.CachedNamesMax, 1, 1_000_000);
        if (options.FutureMax < TimeSpan.Zero || options.FutureMax > TimeSpan.FromDays(36_600))
            faults.Add($"{IngestOptions.Section}:{nameof(options.FutureMax)} is {options.FutureMax}; set it between 00:00:00 and 36600.00:00:00.");
        if (options.PublicUrl is { } url && !(Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
            faults.Add($"{IngestOptions.Section}:{nameof(options.PublicUrl)} is '{url}'; set it to an absolute http or https URL, or not at all.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static void Within(List<string> faults, string key, long value, long min, long max)
    {
        if (value < min || value > max) faults.Add($"{IngestOptions.Section}:{key} is {value}; set it between {min} and {max}.");
    }
}
