namespace CdpPipeline.Api.Hosting;

/// <summary>A setting can't work. The message names the key, the value and the remedy; it is all that the operator is shown.</summary>
public sealed class SettingException : Exception
{
    public SettingException()
    {
    }

    public SettingException(string message)
        : base(message)
    {
    }

    public SettingException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
