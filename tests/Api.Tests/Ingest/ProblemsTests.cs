using CdpPipeline.Api.Errors;
using CdpPipeline.Domain.Ingest;
using CdpPipeline.Grains.Interfaces.Ingest;
using CdpPipeline.Grains.Interfaces.Storage;
using Microsoft.AspNetCore.Http;

namespace CdpPipeline.Api.Tests.Ingest;

public sealed class ProblemsTests
{
    public static TheoryData<Exception, int, string, bool> Exceptions() => new()
    {
        { new StoreUnavailableException(), 503, "urn:cdp:error:store-unavailable", true },
        { new OverloadedException(), 503, "urn:cdp:error:overloaded", true },
        { new OperationCanceledException(), 503, "urn:cdp:error:interrupted", true },
        { new BadHttpRequestException("x", 413), 413, "urn:cdp:error:body-too-large", false },
        { new BadHttpRequestException("x", 408), 408, "urn:cdp:error:request-timeout", false },
        { new BadHttpRequestException("x"), 400, "urn:cdp:error:bad-request", false },
        { new InvalidOperationException("x"), 500, "urn:cdp:error:internal", false },
    };

    [Theory]
    [MemberData(nameof(Exceptions))]
    public void Faults_can_be_tried_again_and_bugs_can_not(Exception exception, int status, string type, bool canRetry)
    {
        var problem = Problems.Of(exception);

        Assert.Equal((status, type, canRetry), (problem.Status, problem.Type, problem.RetryAfter is not null));
    }

    [Fact]
    public void Every_refusal_is_a_400_that_names_its_field()
    {
        foreach (var refusal in Enum.GetValues<Refusal>().Except([Refusal.None]))
        {
            var problem = Problems.Of(refusal);
            Assert.Equal(400, problem.Status);
            Assert.NotNull(problem.Field);
        }
    }
}
