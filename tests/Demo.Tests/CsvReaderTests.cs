using CdpPipeline.Demo.Retail;

namespace CdpPipeline.Demo.Tests;

public sealed class CsvReaderTests
{
    [Fact]
    public void Quoted_fields_may_hold_commas_quotes_and_line_ends()
    {
        var reader = new CsvReader(new StringReader("a,\"b, \"\"c\"\"\nd\",\r\n,e"));

        Assert.Equal(["a", "b, \"c\"\nd", ""], reader.Read());
        Assert.Equal(["", "e"], reader.Read());
        Assert.Equal(3, reader.Line);
        Assert.Null(reader.Read());
    }

    [Fact]
    public void A_quote_that_does_not_end_is_told_with_its_line()
    {
        var reader = new CsvReader(new StringReader("a\n\"b"));
        reader.Read();

        var told = Assert.Throws<DemoException>(reader.Read);

        Assert.Contains("Line 2", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_slice_that_comes_with_the_demo_has_all_that_real_data_has()
    {
        var file = RetailFile.Read(DemoOptions.Read([]).Path);

        Assert.Equal(542, file.LineCount);
        Assert.InRange(file.RepeatedLineCount, 1, 10);
        Assert.Contains(file.Invoices, invoice => invoice is { IsCancellation: true, CustomerId: not null, Total: < 0 });
        Assert.Contains(file.Invoices, invoice => invoice.CustomerId is null && invoice.Lines.Count > 1);
        Assert.Contains(file.Invoices, invoice => invoice.Lines.Any(line => line.UnitPrice == 0));
        Assert.All(file.Invoices.SelectMany(invoice => invoice.Lines), line => Assert.Equal(line.Description.Trim(), line.Description));
    }

    [Fact]
    public void A_number_that_cannot_be_read_is_told_with_its_line()
    {
        const string Text = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n1,2,x,many,2011-10-06 16:20:00,4.15,12923.0,France\n";

        var told = Assert.Throws<DemoException>(() => RetailFile.Read("file", new StringReader(Text)));

        Assert.Equal("Line 2: Quantity is 'many', which cannot be read.", told.Message);
    }
}
