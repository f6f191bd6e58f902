using System.Collections.Concurrent;
using CdpPipeline.Api.Auth;

namespace CdpPipeline.Api.Ingest;

/// <summary>
/// How sources are called in metrics: by their id, the first <see cref="SourcesMax"/> that send anything, and "other" from then on, so that
/// the number of series is bounded. Only sources that were found by their key may be asked for.
/// </summary>
internal sealed class SourceLabels
{
    public const int SourcesMax = 100;

    public const string Other = "other";

    private readonly ConcurrentDictionary<string, KeyValuePair<string, object?>> labels = new(StringComparer.Ordinal);
    private readonly Lock adding = new();

    public KeyValuePair<string, object?> Of(Source source) => labels.TryGetValue(source.Id, out var label) ? label : Add(source.Id);

    private KeyValuePair<string, object?> Add(string id)
    {
        lock (adding)
        {
            return labels.Count < SourcesMax ? labels.GetOrAdd(id, static id => new("source", id)) : new("source", Other);
        }
    }
}
