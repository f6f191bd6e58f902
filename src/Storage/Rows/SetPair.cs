namespace CdpPipeline.Storage.Rows;

/// <summary>A set to come and the shown one whose place it takes; <paramref name="IsBegun"/>: what the switch will tell is being written already.</summary>
internal readonly record struct SetPair(Guid Segment, Guid Coming, Guid Shown, bool IsBegun);
