namespace FusedLoss.Catalogue;

/// <summary>Numbers of the four element types as doubles, which hold all of them exactly, and back.</summary>
internal static class Element
{
    /// <summary>Rounded to nearest.</summary>
    public static T Of<T>(double value) where T : unmanaged
    {
        if (typeof(T) == typeof(float)) return (T)(object)(float)value;
        if (typeof(T) == typeof(double)) return (T)(object)value;
        if (typeof(T) == typeof(Half)) return (T)(object)(Half)value;
        if (typeof(T) == typeof(BFloat16)) return (T)(object)(BFloat16)value;
        throw new NotSupportedException(typeof(T).Name);
    }

    public static double Value<T>(T element) where T : unmanaged
    {
        if (typeof(T) == typeof(float)) return (float)(object)element;
        if (typeof(T) == typeof(double)) return (double)(object)element;
        if (typeof(T) == typeof(Half)) return (double)(Half)(object)element;
        if (typeof(T) == typeof(BFloat16)) return (double)(BFloat16)(object)element;
        throw new NotSupportedException(typeof(T).Name);
    }

    public static T[] Of<T>(double[] values) where T : unmanaged => Array.ConvertAll(values, Of<T>);

    public static double[] Values<T>(T[] elements) where T : unmanaged => Array.ConvertAll(elements, Value);

    public static TTo[] Convert<T, TTo>(T[] elements) where T : unmanaged where TTo : unmanaged =>
        Array.ConvertAll(elements, element => Of<TTo>(Value(element)));

    /// <summary>Rounded as terms of losses of T are.</summary>
    public static double Term<T>(double value) => typeof(T) == typeof(double) ? value : (float)value;

    public static Precision PrecisionOf<T>() =>
        typeof(T) == typeof(float) ? Precision.Float32 : typeof(T) == typeof(double) ? Precision.Float64
        : typeof(T) == typeof(Half) ? Precision.Float16 : Precision.BFloat16;
}
