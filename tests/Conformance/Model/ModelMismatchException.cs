namespace CdpPipeline.Grains.Tests.Model;

/// <summary>What was seen is not what the model says.</summary>
public sealed class ModelMismatchException(string message) : Exception(message);
