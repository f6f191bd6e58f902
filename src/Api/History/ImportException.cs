namespace CdpPipeline.Api.History;

/// <summary>The import cannot begin or go on; the message is for whoever started it and says what to do.</summary>
internal sealed class ImportException(string message) : Exception(message);
