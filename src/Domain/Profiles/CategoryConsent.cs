namespace CdpPipeline.Domain.Profiles;

/// <summary>The newest word on one category of consent, and its event time.</summary>
public sealed record CategoryConsent(string Category, bool Granted, DateTimeOffset At);
