namespace CdpPipeline.Architecture.Tests;

/// <summary>One file of the source tree.</summary>
internal sealed record SourceFile(string Path, string Text);
