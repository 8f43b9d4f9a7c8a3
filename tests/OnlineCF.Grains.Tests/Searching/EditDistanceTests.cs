using OnlineCF.Grains.Searching;

namespace OnlineCF.Grains.Tests.Searching;

public sealed class EditDistanceTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "abc", 0)]
    [InlineData("abc", "abd", 1)]
    [InlineData("abc", "ab", 1)]
    [InlineData("abc", "abcd", 1)]
    [InlineData("abc", "acb", 1)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("ca", "abc", 3)]
    public void Distance_is_that_of_the_definition(string one, string other, int distance)
    {
        for (var most = 0; most < 5; most++)
        {
            var found = EditDistance.Of(one, other, most);
            Assert.Equal(found, EditDistance.Of(other, one, most));
            Assert.True(distance <= most ? found == distance : found > most, $"{found} with at most {most}");
        }
    }
}
