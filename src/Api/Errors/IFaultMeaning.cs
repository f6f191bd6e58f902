namespace CdpPipeline.Api.Errors;

/// <summary>Says of what befalls a host of grains, in its own exceptions, which fault or interruption it is to those who call.</summary>
public interface IFaultMeaning
{
    /// <summary>The exception to answer instead; null where this knows nothing of it.</summary>
    Exception? Of(Exception exception);
}
