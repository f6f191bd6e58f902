namespace CdpPipeline.Client;

/// <summary>Why events were lost.</summary>
public enum LossCause
{
    /// <summary>The server judged the event itself to be wrong; its neighbours were stored.</summary>
    Rejected = 1,

    /// <summary>The server refused the whole request for good, for example because of the write key.</summary>
    Refused = 2,

    /// <summary>The client was disposed, and <see cref="CdpClientOptions.FlushWithin"/> had passed before it knew of their delivery. Those of a request under way may have arrived.</summary>
    Abandoned = 3,
}
