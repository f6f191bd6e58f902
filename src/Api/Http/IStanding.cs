namespace CdpPipeline.Api.Http;

/// <summary>Says whether what this process remembers may be shown. Asked for each request; safe for concurrent use.</summary>
internal interface IStanding
{
    /// <summary>False while others may have taken over without its knowing; calls are then answered 503.</summary>
    bool IsGood { get; }
}
