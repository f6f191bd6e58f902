namespace CdpPipeline.Domain.Segments;

/// <summary>A place in a text. Lines and columns count from 1, columns in UTF-16 characters; a line ends with LF.</summary>
public readonly record struct TextPlace(int Line, int Column);
