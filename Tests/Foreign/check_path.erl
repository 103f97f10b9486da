%% Validates a chain with revocation checking by the lists given. usage: escript check.erl ROOT CHAIN LISTS; prints `valid` or the reason why not.
main([Root, Chain, Lists]) ->
    [RootDer | _] = ders('Certificate', Root),
    Path = lists:delete(RootDer, lists:reverse(ders('Certificate', Chain))),
    {ok, _} = public_key:pkix_path_validation(RootDer, Path, []),
    CRLs = [{D, public_key:der_decode('CertificateList', D)} || D <- ders('CertificateList', Lists)],
    Issuers = [RootDer | lists:droplast(Path)],
    case lists:usort([check(D, public_key:pkix_decode_cert(I, otp), CRLs) || {D, I} <- lists:zip(Path, Issuers)]) of
        [valid] -> io:format("valid~n");
        Verdicts -> io:format("refused: ~0p~n", [Verdicts]), halt(2)
    end.

check(Der, Issuer, CRLs) ->
    Certificate = public_key:pkix_decode_cert(Der, otp),
    Points = public_key:pkix_dist_points(Certificate),
    Relevant = [{P, Pair} || P <- Points, {_, C} = Pair <- CRLs, public_key:pkix_is_issuer(C, Issuer)],
    Find = fun(_, _, _, _) -> {ok, Issuer, []} end,
    public_key:pkix_crls_validate(Certificate, Relevant, [{issuer_fun, {Find, []}}]).

ders(Type, Path) ->
    {ok, Text} = file:read_file(Path),
    [D || {T, D, not_encrypted} <- public_key:pem_decode(Text), T =:= Type].
