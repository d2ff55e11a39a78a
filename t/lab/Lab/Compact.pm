# SPDX-License-Identifier: GPL-3.0-or-later
# A server of compact denial of existence (RFC 9824): it signs each answer when it is asked, and
# says of a name that is not there that it is, with no types but NXNAME.
package Lab::Compact;

use strict;
use warnings;
use Lab::Recipe qw(assemble);
use Lab::Wire qw(type_number name_wire rdata_wire bitmap_text);

my ($DS, $NXNAME) = (43, 128);
my ($FORMERR, $NXDOMAIN, $REFUSED) = (1, 3, 5);
my ($AA, $TC, $DO, $CO) = (0x0400, 0x0200, 0x8000, 0x4000);

# The zones among the recipes that are served so, as of `now`.
sub new
{
    my ($class, $keys, $now, @recipes) = @_;
    my %zones;
    for my $recipe (grep { Lab::Recipe::role($_, 1)->{name} eq 'compact' } @recipes) {
        my $zone = assemble($recipe, 1, $now, $keys, @recipes);
        $zone->add_keys;
        $zones{ $zone->{name} } = $zone;
    }
    return bless { zones => \%zones }, $class;
}

# The name at an offset of a message as text, and the offset after it.
sub read_name
{
    my ($message, $at) = @_;
    my $name = '';
    while ($at < length $message && (my $length = ord substr $message, $at, 1)) {
        return if $length > 63 || $at + 1 + $length >= length $message;
        my $label = lc substr $message, $at + 1, $length;
        $name .= ($label =~ s/[^-_*0-9a-z]/sprintf '\\%03d', ord $&/ger) . '.';
        $at += 1 + $length;
    }
    return ($name || '.', $at + 1);
}

# { id, flags, name, type, question (octets), size, do, co }; nothing when it is no question.
sub parse
{
    my ($message) = @_;
    return if length $message < 12;
    my ($id, $flags, $questions, undef, undef, $additional) = unpack 'n6', $message;
    return if $questions != 1 || $flags & 0xf800;
    my ($name, $end) = read_name($message, 12);
    return if !defined $name || length $message < $end + 4;
    my $type = unpack 'n', substr $message, $end, 2;
    my %query = (id => $id, flags => $flags, name => $name, type => $type, size => 512, do => 0,
        co => 0, edns => 0, question => substr $message, 12, $end + 4 - 12);
    if ($additional && substr($message, $end + 4, 3) eq "\0\0\x29") {
        my ($size, undef, $bits) = unpack 'nnn', substr $message, $end + 7, 6;
        @query{qw(size do co edns)} =
            ($size < 512 ? 512 : $size, $bits & $DO ? 1 : 0, $bits & $CO ? 1 : 0, 1);
    }
    return \%query;
}

sub zone_of
{
    my ($self, $name) = @_;
    do {
        return $self->{zones}{$name} if $self->{zones}{$name};
    } while ($name =~ s/^[^.]+\.(?=.)//);
    return;
}

# The types that a name has, keys of a hash; undef when there is no such name.
sub types_at
{
    my ($zone, $name) = @_;
    my @here = grep { $_->{owner} eq $name } $zone->select('*');
    return { map { $_->{type} => $_ } @here } if @here;
    return {} if grep { $_->{owner} =~ /\.\Q$name\E$/ } $zone->select('*');
    return;
}

# The types at a name or at the wildcard that stands for it.
sub look_up
{
    my ($zone, $name) = @_;
    my $types = types_at($zone, $name);
    my $encloser = $name;
    while (!$types && $encloser ne $zone->{name} && $encloser =~ s/^[^.]+\.//) {
        last if !($types = types_at($zone, "*.$encloser")) && types_at($zone, $encloser);
    }
    return $types;
}

# The cut at or above a name that sends the asker on; nothing for the DS of the cut itself.
sub cut_of
{
    my ($zone, $query) = @_;
    for my $cut (keys %{ $zone->{cuts} }) {
        next if $query->{name} eq $cut && $query->{type} == $DS;
        return $cut if $query->{name} eq $cut || $query->{name} =~ /\.\Q$cut\E$/;
    }
    return;
}

# An RRset as it goes out, with its signatures when they are wanted.
sub records
{
    my ($zone, $query, $owner, $set, $unsigned) = @_;
    my %copy = (%$set, owner => $owner, sigs => []);
    my $head = name_wire($owner) . pack 'nnN', type_number($set->{type}), 1, $set->{ttl};
    my @records = map { $head . pack 'n/a*', rdata_wire($set->{type}, $_) } @{ $set->{rdata} };
    return @records if $unsigned || !$query->{do};
    $zone->sign_set(\%copy, {});
    my $over = name_wire($owner) . pack 'nnN', 46, 1, $set->{ttl};
    return (@records, map { $over . pack 'n/a*', $_->{wire} } @{ $copy{sigs} });
}

# The record that says which types are at a name and, by its next name, nothing of any other.
sub nsec
{
    my ($zone, $query, $name, $next, @types) = @_;
    return if !$query->{do};
    my $text = $next . ' ' . bitmap_text(@types, qw(RRSIG NSEC));
    my $set = { type => 'NSEC', ttl => $zone->{ttl}, rdata => [$text] };
    return records($zone, $query, $name, $set);
}

sub soa
{
    my ($zone, $query) = @_;
    return records($zone, $query, $zone->{name}, $zone->select('SOA'));
}

sub referral
{
    my ($zone, $query, $cut) = @_;
    my $types = types_at($zone, $cut);
    my @authority = records($zone, $query, $cut, $types->{NS}, 1);
    push @authority, $types->{DS} ? records($zone, $query, $cut, $types->{DS})
        : nsec($zone, $query, $cut, $cut =~ s/\./\\000./r, 'NS');
    my @glue = grep { $_->{owner} =~ /\.\Q$cut\E$/ } $zone->select('*');
    return { authority => \@authority,
        additional => [ map { records($zone, $query, $_->{owner}, $_, 1) } @glue ] };
}

# What is said to a question: { flags, rcode, answer, authority, additional }.
sub say
{
    my ($zone, $query) = @_;
    my $cut = cut_of($zone, $query);
    return referral($zone, $query, $cut) if $cut;
    my $name = $query->{name};
    my $types = look_up($zone, $name);
    my ($type) = grep { type_number($_) == $query->{type} || $_ eq 'CNAME' } keys %{ $types // {} };
    return { flags => $AA, answer => [ records($zone, $query, $name, $types->{$type}) ] } if $type;
    my $plain = !$types && (!$query->{do} || $query->{co});
    return { flags => $AA, rcode => $plain ? $NXDOMAIN : 0, authority => [ soa($zone, $query),
        nsec($zone, $query, $name, "\\000.$name", $types ? keys %$types : "TYPE$NXNAME") ] };
}

sub encode
{
    my ($query, $reply) = @_;
    my @sections = map { $reply->{$_} // [] } qw(answer authority additional);
    my $opt = $query->{edns}
        ? pack 'CnnnnC2', 0, 41, 1232, 0, ($query->{do} * $DO) | ($query->{co} * $CO), 0, 0 : '';
    my $flags = 0x8000 | ($query->{flags} & 0x0110);
    $flags |= $_ // 0 for @$reply{qw(flags rcode)};
    my @counts = map { scalar @$_ } @sections;
    $counts[2] += $query->{edns};
    return pack('n6', $query->{id}, $flags, 1, @counts) . $query->{question}
        . join('', map { @$_ } @sections) . $opt;
}

# The reply to a message; nothing when it deserves none.
sub reply
{
    my ($self, $message, $protocol) = @_;
    my $query = parse($message) // return;
    my $zone = $self->zone_of($query->{name});
    my $reply = $query->{type} == $NXNAME ? encode($query, { rcode => $FORMERR })
        : $zone ? encode($query, say($zone, $query)) : encode($query, { rcode => $REFUSED });
    return $reply if $protocol eq 'tcp' || length $reply <= $query->{size};
    return encode($query, { flags => $AA | $TC });
}

1;
