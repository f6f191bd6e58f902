namespace CdpPipeline.Api.Ingest;

/// <summary>What one pass over <c>properties</c>, <c>traits</c> or <c>context</c> notes of its own keys.</summary>
internal struct ObjectFacts
{
    public JsonSlice Email;
    public JsonSlice Phone;
    public JsonSlice GroupId;
    public int Entries;
    public bool HasName;
    public bool HasCategory;
}
