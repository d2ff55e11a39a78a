# SPDX-License-Identifier: GPL-3.0-or-later
# From presentation text to canonical wire form (RFC 4034 6.2), as far as signing needs it.
package Lab::Wire;

use strict;
use warnings;
use Digest::SHA qw(sha1);
use Exporter qw(import);
use MIME::Base64 qw(decode_base64);
use Socket qw(AF_INET6 inet_aton inet_pton);

our @EXPORT_OK =
    qw(type_number name_wire label_count rdata_wire bitmap_text nsec3_hash canonical_key);

my %TYPE = (
    A => 1, NS => 2, CNAME => 5, SOA => 6, PTR => 12, MX => 15, TXT => 16, AAAA => 28,
    SRV => 33, DNAME => 39, DS => 43, SSHFP => 44, RRSIG => 46, NSEC => 47,
    DNSKEY => 48, NSEC3 => 50, NSEC3PARAM => 51,
    TLSA => 52, SMIMEA => 53, CDS => 59, CDNSKEY => 60, CSYNC => 62, CAA => 257,
);

my $BASE32HEX = '0123456789abcdefghijklmnopqrstuv';

# How the fields of each type are laid out: n = name, 1/2/4 = integer of so many octets,
# b = base64 to the end, x = hex to the end, s = strings to the end, t = type bitmap to the end,
# z = hex with a length octet and "-" for none, h = base32hex with a length octet.
my %LAYOUT = (
    A => '@', AAAA => '@', NS => 'n', CNAME => 'n', DNAME => 'n', PTR => 'n', SOA => 'nn44444',
    MX => '2n', TXT => 's', DS => '211x', CDS => '211x', DNSKEY => '211b', CDNSKEY => '211b',
    NSEC => 'nt', NSEC3 => '112zht', NSEC3PARAM => '112z', SRV => '222n', SSHFP => '11x',
    TLSA => '111x', SMIMEA => '111x', CSYNC => '42t',
);

sub type_number
{
    my ($type) = @_;
    return $1 if $type =~ /^TYPE(\d+)$/;
    return $TYPE{$type} // die "the lab does not know the type $type\n";
}

sub labels
{
    my ($name) = @_;
    return grep { length } split /\./, lc $name;
}

# Octets may be written as \000.
sub name_wire
{
    my ($name) = @_;
    return join('', map { pack 'C/a*', s/\\(\d{3})/chr $1/ger } labels($name)) . "\0";
}

# Labels as RRSIG counts them: neither the root nor a leading asterisk (RFC 4034 3.1.3).
sub label_count
{
    my ($name) = @_;
    my @labels = labels($name);
    return @labels - (@labels && $labels[0] eq '*' ? 1 : 0);
}

# Sorting names as strings by this key gives the canonical order (RFC 4034 6.1).
sub canonical_key
{
    my ($name) = @_;
    return join "\0", reverse labels($name);
}

sub base32hex_decode
{
    my ($text) = @_;
    my $bits = join '', map { sprintf '%05b', index $BASE32HEX, $_ } split //, lc $text;
    return pack 'B*', substr $bits, 0, length($bits) - length($bits) % 8;
}

sub base32hex
{
    my ($octets) = @_;
    my $bits = unpack 'B*', $octets;
    return join '', map { substr $BASE32HEX, oct "0b$_", 1 } $bits =~ /(.{5})/g;
}

# The hashed label of a name (RFC 5155 5).
sub nsec3_hash
{
    my ($name, $iterations, $salt) = @_;
    my $octets = $salt eq '-' ? '' : pack 'H*', $salt;
    my $hash = sha1(name_wire($name) . $octets);
    $hash = sha1($hash . $octets) for 1 .. $iterations;
    return base32hex($hash);
}

sub bitmap_text
{
    my (@types) = @_;
    my %seen;
    return join ' ', sort { type_number($a) <=> type_number($b) } grep { !$seen{$_}++ } @types;
}

sub bitmap_wire
{
    my (@types) = @_;
    my %window;
    for my $number (map { type_number($_) } @types) {
        vec($window{$number >> 8}, ($number & 0xf8) + 7 - ($number & 7), 1) = 1;
    }
    return join '', map { pack 'CC/a*', $_, $window{$_} } sort { $a <=> $b } keys %window;
}

sub strings_wire
{
    my ($text) = @_;
    return join '', map { pack 'C/a*', $_ } $text =~ /"([^"]*)"/g;
}

sub field_wire
{
    my ($kind, $words) = @_;
    return name_wire(shift @$words) if $kind eq 'n';
    return pack 'C', shift @$words if $kind eq '1';
    return pack 'n', shift @$words if $kind eq '2';
    return pack 'N', shift @$words if $kind eq '4';
    if ($kind eq 'z') {
        my $hex = shift @$words;
        return pack 'C/a*', $hex eq '-' ? '' : pack 'H*', $hex;
    }
    return pack 'C/a*', base32hex_decode(shift @$words) if $kind eq 'h';
    return bitmap_wire(splice @$words) if $kind eq 't';
    return decode_base64(join '', splice @$words) if $kind eq 'b';
    return pack 'H*', join '', splice @$words if $kind eq 'x';
    die "no such kind of field: $kind\n";
}

sub rdata_wire
{
    my ($type, $text) = @_;
    return inet_aton($text) if $type eq 'A';
    return inet_pton(AF_INET6, $text) if $type eq 'AAAA';
    return strings_wire($text) if $type eq 'TXT';
    return pack 'H*', $1 =~ s{ }{}gr if $text =~ /^\\#\s+\d+\s*(.*)/; # RFC 3597
    my @words = split ' ', $text;
    my $layout = $LAYOUT{$type} // die "the lab cannot sign the type $type\n";
    return join '', map { field_wire($_, \@words) } split //, $layout;
}

1;
