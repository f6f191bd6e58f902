using CdpPipeline.Domain.Identifiers;
using Microsoft.Extensions.Options;

namespace CdpPipeline.Api.Ingest;

/// <summary>The options in the form the hot path wants them, and its cache of names. One per host.</summary>
internal sealed class EventRules
{
    public EventRules(IOptions<IngestOptions> options)
    {
        Options = options.Value;
        Names = new NameCache(Options.CachedNamesMax);
        IdentifyingEvents = (Options.IdentifyingEvents ?? ["Signed Up"]).ToHashSet(StringComparer.Ordinal);
        Placeholders = Options.Placeholders?.ToHashSet(StringComparer.OrdinalIgnoreCase) ?? IdentifierRules.DefaultPlaceholders;
    }

    public IngestOptions Options { get; }

    public NameCache Names { get; }

    public IReadOnlySet<string> IdentifyingEvents { get; }

    public IReadOnlySet<string> Placeholders { get; }
}
