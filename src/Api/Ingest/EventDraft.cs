using System.Runtime.CompilerServices;

namespace CdpPipeline.Api.Ingest;

/// <summary>One event as it lies in the body: where its fields are, and the first thing found wrong with it.</summary>
internal sealed class EventDraft
{
    public ObjectFacts Properties;
    public ObjectFacts Traits;
    public ObjectFacts ContextTraits;

    /// <summary><c>context.traits</c>.</summary>
    public JsonSlice ContextTraitsSlice;
    private Slices slices;

    public JsonSlice this[EventField field]
    {
        get => slices[(int)field];
        set => slices[(int)field] = value;
    }

    /// <summary>Where the event begins in the body.</summary>
    public int Start { get; set; }

    public int Bytes { get; set; }

    /// <summary>The messageId can't be shown: its text is broken.</summary>
    public bool IsMessageIdBroken { get; set; }

    public string? FaultyField { get; private set; }

    public string? Fault { get; private set; }

    /// <summary>Notes a fault; the first one counts.</summary>
    public void Reject(string field, string fault)
    {
        if (Fault is not null) return;
        FaultyField = field;
        Fault = fault;
    }

    public void Reject(EventField field, string fault) => Reject(field.NameOf(), $"{field.NameOf()} {fault}");

    [InlineArray(EventFields.Count)]
    private struct Slices
    {
        private JsonSlice first;
    }
}
