namespace CdpPipeline.Grains.Sharing;

/// <summary>Keeps stored documents in memory, and reads them again when another process has changed them.</summary>
public interface IDocumentFollower
{
    /// <summary>The kinds of documents it keeps.</summary>
    IReadOnlyList<string> Kinds { get; }

    /// <summary>Some of them were changed, perhaps by this process itself. Called again until it succeeds.</summary>
    Task FollowAsync(CancellationToken cancellationToken);
}
