namespace CdpPipeline.Domain.Segments;

/// <summary>Keeps the first error of a reading.</summary>
internal sealed class ReadingErrors
{
    public SegmentError? First { get; private set; }

    /// <summary>Always null, so that a reader can return it.</summary>
    public T? Add<T>(string path, string message)
        where T : class
    {
        First ??= new SegmentError(path, message);
        return null;
    }
}
