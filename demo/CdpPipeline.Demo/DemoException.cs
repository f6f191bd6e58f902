namespace CdpPipeline.Demo;

/// <summary>The demo cannot go on; the message is for whoever started it and says what to do.</summary>
internal sealed class DemoException(string message) : Exception(message);
