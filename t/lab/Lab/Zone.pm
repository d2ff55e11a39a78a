# SPDX-License-Identifier: GPL-3.0-or-later
# One zone: its records, its denial of existence, its signatures, and the text of it all.
#
# An RRset is { owner, type, ttl, rdata => [text], by => [key names], sigs => [...] }.  How an RRset
# is to be signed is a list of plans, hashes of what differs from the usual; so a recipe can break
# exactly one thing while all else stays right.
package Lab::Zone;

use strict;
use warnings;
use Lab::Wire qw(type_number name_wire label_count rdata_wire bitmap_text nsec3_hash canonical_key);
use MIME::Base64 qw(encode_base64);
use POSIX qw(strftime);

# Empty zone NAME as of `now`; `keys` is a hash of Lab::Key by name.
sub new
{
    my ($class, $name, $now) = @_;
    return bless {
        name => $name, now => $now, ttl => 3600, serial => 10, expire => 1_209_600, sets => {},
        keys => {}, hidden => {}, idle => {}, window => '-3d..+25d', denial => 'nsec', plans => [],
        nsec3 => { iterations => 0, salt => '-', optout => 0, wrong => '' }, cuts => {}, lost => [],
        replaced => [],
    }, $class;
}

sub absolute
{
    my ($self, $owner) = @_;
    return $self->{name} if $owner eq '@';
    return lc $owner if $owner =~ /\.$/;
    return lc($owner) . ($self->{name} eq '.' ? '.' : ".$self->{name}");
}

sub add
{
    my ($self, $owner, $type, $rdata) = @_;
    $owner = $self->absolute($owner);
    my $set = $self->{sets}{"$owner/$type"} //=
        { owner => $owner, type => $type, ttl => $self->{ttl}, rdata => [], sigs => [] };
    push @{ $set->{rdata} }, $rdata;
    return $set;
}

# The RRsets that a selector means: TYPE at the apex, OWNER/TYPE, DENIAL for all NSEC and NSEC3,
# DATA for all but DNSKEY, * for all.
sub select
{
    my ($self, $selector) = @_;
    my @all = map { $self->{sets}{$_} } sort keys %{ $self->{sets} };
    return @all if $selector eq '*';
    return grep { $_->{type} =~ /^NSEC3?$/ } @all if $selector eq 'DENIAL';
    return grep { $_->{type} ne 'DNSKEY' } @all if $selector eq 'DATA';
    my ($owner, $type) = $selector =~ m{^(?:(.*)/)?(.*)$};
    my $set = $self->{sets}{ $self->absolute($owner // '@') . "/$type" };
    die "$self->{name}: there is no $selector\n" if !$set;
    return $set;
}

sub drop
{
    my ($self, $selector) = @_;
    delete $self->{sets}{"$_->{owner}/$_->{type}"} for $self->select($selector);
    return;
}

# Whether an RRset is the zone's own: neither below a cut nor the cut's NS (RFC 4035 2.2).
sub is_authoritative
{
    my ($self, $set) = @_;
    for my $cut (keys %{ $self->{cuts} }) {
        next if $set->{owner} ne $cut && $set->{owner} !~ /\.\Q$cut\E$/;
        return 0 if $set->{owner} ne $cut || $set->{type} !~ /^(DS|NSEC)$/;
    }
    return 1;
}

sub published_keys
{
    my ($self) = @_;
    my @names = grep { !$self->{hidden}{$_} } sort keys %{ $self->{keys} };
    return map { $self->{keys}{$_} } @names;
}

sub add_keys
{
    my ($self) = @_;
    $self->add('@', 'DNSKEY', $_->text) for $self->published_keys;
    my $nsec3 = $self->{nsec3};
    $self->add('@', 'NSEC3PARAM', $nsec3->{param} // "1 0 $nsec3->{iterations} $nsec3->{salt}")
        if $self->{denial} eq 'nsec3';
    return;
}

# Names that need a denial record and the types that are there; with `ents` also the empty ones.
sub types_by_name
{
    my ($self, $ents) = @_;
    my %types;
    for my $set ($self->select('*')) {
        my $at_cut = $self->{cuts}{ $set->{owner} } && $set->{type} eq 'NS';
        push @{ $types{ $set->{owner} } }, $set->{type} if $at_cut || $self->is_authoritative($set);
    }
    for my $owner ($ents ? keys %types : ()) {
        while ($owner ne $self->{name} && $owner =~ s/^[^.]+\.//) {
            $types{$owner} //= [];
        }
    }
    return \%types;
}

sub add_nsec
{
    my ($self) = @_;
    my $types = $self->types_by_name(0);
    my @names = sort { canonical_key($a) cmp canonical_key($b) } keys %$types;
    for my $i (0 .. $#names) {
        my $next = $names[ ($i + 1) % @names ];
        my $bitmap = bitmap_text(@{ $types->{ $names[$i] } }, 'RRSIG', 'NSEC');
        $self->add($names[$i], 'NSEC', "$next $bitmap");
    }
    return;
}

# The smallest hash above another one.
sub hash_after
{
    my ($hash) = @_;
    $hash =~ s/([^v])(v*)$/($1 eq '9' ? 'a' : chr 1 + ord $1) . '0' x length $2/e;
    return $hash;
}

sub add_nsec3
{
    my ($self) = @_;
    my ($optout, $wrong) = @{ $self->{nsec3} }{qw(optout wrong)};
    my $types = $self->types_by_name(1);
    my @parameters = @{ $self->{nsec3} }{qw(iterations salt)};
    my @names = grep { !$optout || "@{ $types->{$_} }" ne 'NS' } keys %$types;
    my %name = map { nsec3_hash($wrong eq 'hash' ? "x.$_" : $_, @parameters) => $_ } @names;
    my @hashes = sort keys %name;
    for my $i (0 .. $#hashes) {
        my @types = @{ $types->{ $name{ $hashes[$i] } } };
        my $unsigned = !@types || "@types" eq 'NS';
        my $next = $hashes[ ($i + 1) % @hashes ];
        $next = hash_after($hashes[$i]) if $wrong eq 'next';
        $self->add($hashes[$i], 'NSEC3', join ' ', 1, $optout, @parameters, $next,
            bitmap_text(@types, $unsigned ? () : 'RRSIG'));
    }
    return;
}

sub seconds
{
    my ($text) = @_;
    my %unit = ('' => 1, s => 1, m => 60, h => 3600, d => 86_400);
    my ($sign, $number, $unit) = $text =~ /^([-+]?)(\d+)([smhd]?)$/ or die "not a time: $text\n";
    return ($sign eq '-' ? -1 : 1) * $number * $unit{$unit};
}

# The names of the keys that sign an RRset when the plan does not say: K and C sign the keys,
# Z and C the rest.
sub usual_signers
{
    my ($self, $type) = @_;
    my $pattern = $type eq 'DNSKEY' ? qr/^[KC]/ : qr/^[ZC]/;
    return grep { !$self->{idle}{$_} } grep { $_ =~ $pattern } sort keys %{ $self->{keys} };
}

# What is signed (RFC 4034 3.1.8.1).
sub signed_data
{
    my ($set, $head) = @_;
    my $owner = $set->{owner};
    my $labels = label_count($owner);
    $owner = '*.' . join '.', (split /\./, $owner)[ $labels - $head->{labels} .. $labels - 1 ], ''
        if $head->{labels} < $labels;
    my $prefix =
        name_wire($owner) . pack 'nnN', type_number($set->{type}), 1, $head->{original_ttl};
    my @rdata = sort map { rdata_wire($set->{type}, $_) } @{ $set->{rdata} };
    return head_wire($head) . join '', map { $prefix . pack 'n/a*', $_ } @rdata;
}

sub head_wire
{
    my ($head) = @_;
    return pack('nCCNNNn', type_number($head->{type}),
        @$head{qw(algorithm labels original_ttl expiration inception tag)})
        . name_wire($head->{signer});
}

sub sign_head
{
    my ($self, $set, $key, $plan) = @_;
    my ($from, $to) = split /\.\./, $plan->{window} // $self->{window};
    return {
        type => $plan->{covers} // $set->{type},
        algorithm => $plan->{alg} // $key->signs_as,
        labels => $plan->{labels} // label_count($set->{owner}),
        original_ttl => $plan->{origttl} // $set->{ttl},
        expiration => ($self->{now} + seconds($to)) & 0xffffffff,
        inception => ($self->{now} + seconds($from)) & 0xffffffff,
        tag => $plan->{tag} // $key->tag,
        signer => $plan->{signer} // $self->{name},
    };
}

# Equal input gives the equal signature, so that both servers of a zone have the same one.
my %signature_cache;

sub sign_once
{
    my ($self, $set, $key, $plan) = @_;
    my $head = $self->sign_head($set, $key, $plan);
    my $data = signed_data($set, $head);
    my $signature = $signature_cache{"$key->{file}\0$data"} //= $key->sign($data);
    substr($signature, 9, 1) ^= "\x10" if $plan->{spoil};
    $signature = substr $signature, 0, -1 if $plan->{cut};
    my @times = map { strftime "%Y%m%d%H%M%S", gmtime $_ } @$head{qw(expiration inception)};
    push @{ $set->{sigs} }, {
        ttl => $plan->{ttl} // $set->{ttl},
        wire => head_wire($head) . $signature,
        rdata => join ' ', @$head{qw(type algorithm labels original_ttl)}, @times,
            @$head{qw(tag signer)}, encode_base64($signature, ''),
    };
    return;
}

sub sign_set
{
    my ($self, $set, $plan) = @_;
    my @names = $plan->{by} ? split /,/, $plan->{by} : $self->usual_signers($set->{type});
    for my $name (@names) {
        $self->sign_once($set, $self->{keys}{$name} // die("$self->{name}: no key $name\n"), $plan);
    }
    return;
}

# Plans in the order of the recipe: `sign` replaces how an RRset is signed, `also` adds to it,
# `strip` takes its signatures away.
sub sign
{
    my ($self) = @_;
    my %plans;
    for my $step (@{ $self->{plans} }) {
        my ($verb, $selector, $plan) = @$step;
        for my $set ($self->select($selector)) {
            my $list = $plans{$set} //= [ {} ];
            @$list = () if $verb ne 'also';
            push @$list, $plan if $verb ne 'strip';
        }
    }
    for my $set (grep { $self->is_authoritative($_) } $self->select('*')) {
        $self->sign_set($set, $_) for @{ $plans{$set} // [ {} ] };
    }
    return;
}

# Makes everything that follows from the recipe: keys, denial, signatures.
sub finish
{
    my ($self) = @_;
    if (keys %{ $self->{keys} }) {
        $self->add_keys;
        $self->add_nsec if $self->{denial} eq 'nsec';
        $self->add_nsec3 if $self->{denial} eq 'nsec3';
        ($self->select($_->[0]))[0]{rdata} = [ $_->[1] ] for @{ $self->{replaced} };
        $self->drop($_) for @{ $self->{lost} };
        $self->sign;
    }
    return;
}

# Master file, SOA first.
sub text
{
    my ($self) = @_;
    my @sets = sort { ($b->{type} eq 'SOA') <=> ($a->{type} eq 'SOA') } $self->select('*');
    my $text = '';
    for my $set (@sets) {
        $text .= "$set->{owner} $set->{ttl} IN $set->{type} $_\n" for @{ $set->{rdata} };
        $text .= "$set->{owner} $_->{ttl} IN RRSIG $_->{rdata}\n" for @{ $set->{sigs} };
    }
    return $text;
}

1;
