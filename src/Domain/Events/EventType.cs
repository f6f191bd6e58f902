namespace CdpPipeline.Domain.Events;

/// <summary>The calls of Segment's spec. The numbers are stored; never reuse one.</summary>
public enum EventType : byte
{
    Track = 1,
    Page = 2,
    Screen = 3,
    Identify = 4,
    Group = 5,
    Alias = 6,
}
