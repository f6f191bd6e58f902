using CdpPipeline.Domain.Profiles;
using CdpPipeline.Grains.Interfaces.Identities;

namespace CdpPipeline.Api.Profiles;

/// <summary>What the answer to a dry run is made of: the two as they are, and what they would be together.</summary>
internal sealed record MergeContent(Profile Survivor, Profile Merged, MergePreview Preview, NamesAt Names);
