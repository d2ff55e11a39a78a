# SPDX-License-Identifier: GPL-3.0-or-later
# Throw-away keys of the lab: made with openssl, kept in a folder, shared by all zones.
package Lab::Key;

use strict;
use warnings;
use Digest::SHA qw(sha1 sha256 sha384 sha512);
use File::Temp;
use Lab::Wire qw(name_wire);
use Math::BigInt;
use MIME::Base64 qw(decode_base64 encode_base64);

# How openssl makes a key of an algorithm, which hash it signs with, and how long an ECDSA number
# is.  An algorithm that is not here gets a key of noise: nobody can verify it.
my %ALGORITHM = (
    5  => { make => [qw(RSA rsa_keygen_bits:2048)], hash => 'sha1' },
    7  => { make => [qw(RSA rsa_keygen_bits:2048)], hash => 'sha1' },
    8  => { make => [qw(RSA rsa_keygen_bits:2048)], hash => 'sha256' },
    10 => { make => [qw(RSA rsa_keygen_bits:2048)], hash => 'sha512' },
    13 => { make => [qw(EC ec_paramgen_curve:P-256)], hash => 'sha256', half => 32 },
    14 => { make => [qw(EC ec_paramgen_curve:P-384)], hash => 'sha384', half => 48 },
    15 => { make => [qw(ED25519)], public => 32 },
    16 => { make => [qw(ED448)], public => 57 },
);

# A public key of 1024 bits with the fault of CVE-2017-15361.
my $ROCA =
      'AwEAAdGkMsoJMvrvBmEp1V2osc9xZLi3BuLiqyrB3IsBhLCkVgs2JWZPR/9CKfzcec0Jsj'
    . 'M5pRlawcuWXRl8roocIu/QEhuMbWKA4NsH5BlwtTC8SAJWf1U90OpljiNeKqou03BxMyHB'
    . '6W5Qgc2O/70xnE7brm2XQpmqMDjlyc2ypj0x';

sub capture
{
    my (@command) = @_;
    open my $pipe, '-|', @command or die "cannot run $command[0]: $!\n";
    binmode $pipe;
    my $output = do { local $/; <$pipe> };
    close $pipe or die "failed: @command\n";
    return $output;
}

sub make_private
{
    my ($file, $kind, @options) = @_;
    my @command = (qw(openssl genpkey -algorithm), $kind, map { ('-pkeyopt', $_) } @options);
    my $pem = capture('sh', '-c', 'exec "$@" 2>/dev/null', 'sh', @command);
    open my $out, '>', "$file.new" or die "cannot write $file.new: $!\n";
    chmod 0600, $out;
    print $out $pem;
    close $out or die "cannot write $file.new: $!\n";
    rename "$file.new", $file or die "cannot rename $file.new: $!\n";
    return;
}

# The public key as DNSKEY carries it (RFC 3110 2, RFC 6605 4, RFC 8080 3).
sub public_octets
{
    my ($file, $algorithm) = @_;
    my $about = $ALGORITHM{$algorithm};
    if ($about->{make}[0] eq 'RSA') {
        my ($hex) = capture(qw(openssl rsa -noout -modulus -in), $file) =~ /=([0-9A-F]+)/;
        return pack 'C a3 a*', 3, "\1\0\1", pack 'H*', $hex;
    }
    my $der = capture(qw(openssl pkey -pubout -outform DER -in), $file);
    return substr $der, -($about->{public} // 2 * $about->{half});
}

my %known;

# A key by algorithm and name, from `folder` or new there.
sub get
{
    my ($class, $folder, $name, $algorithm) = @_;
    return $known{"$folder/$algorithm-$name"} //= $class->read_or_make($folder, $name, $algorithm);
}

sub read_or_make
{
    my ($class, $folder, $name, $algorithm) = @_;
    my $self = bless {
        name => $name, algorithm => $algorithm, flags => $name =~ /^Z/ ? 256 : 257, protocol => 3,
        file => "$folder/$algorithm-$name.pem",
    }, $class;
    if (!$ALGORITHM{$algorithm}) {
        $self->{public} = sha512("$algorithm-$name");
        return $self;
    }
    make_private($self->{file}, @{ $ALGORITHM{$algorithm}{make} }) if !-s $self->{file};
    $self->{public} = public_octets($self->{file}, $algorithm);
    return $self;
}

# A copy of the key with other flags, protocol, algorithm or public octets; it signs as before.
sub but
{
    my ($self, %change) = @_;
    return bless { %$self, %change }, ref $self;
}

# Another public key with the same tag: two of the 16-bit words that the tag sums up change places.
sub twin
{
    my ($self) = @_;
    my $public = $self->{public};
    my $words = substr $public, 20, 4;
    substr $public, 20, 4, substr($words, 2) . substr($words, 0, 2);
    return $self->but(public => $public, name => "$self->{name}-twin");
}

# A public key that a faulty chip could have made; it cannot sign.
sub roca
{
    my ($self) = @_;
    return $self->but(public => decode_base64($ROCA));
}

sub wire
{
    my ($self) = @_;
    return pack 'nCCa*', @$self{qw(flags protocol algorithm public)};
}

sub text
{
    my ($self) = @_;
    return join ' ', @$self{qw(flags protocol algorithm)}, encode_base64($self->{public}, '');
}

# RFC 4034 appendix B.
sub tag
{
    my ($self) = @_;
    return unpack 'n', substr $self->{public}, -3, 2 if $self->{algorithm} == 1;
    my $sum = 0;
    $sum += $_ for unpack 'n*', $self->wire . (length($self->wire) % 2 ? "\0" : '');
    return ($sum + ($sum >> 16)) & 0xffff;
}

# The DS, with what `change` says otherwise: tag (+N is relative), alg, spoil (a bit of the digest)
# and cut (its last octet).  A digest type that has no name gets the octets of SHA-256.
sub ds_text
{
    my ($self, $zone, $type, %change) = @_;
    my %hash = (1 => \&sha1, 2 => \&sha256, 4 => \&sha384);
    my $digest = ($hash{$type} // \&sha256)->(name_wire($zone) . $self->wire);
    substr($digest, 9, 1) ^= "\x10" if $change{spoil};
    $digest = substr $digest, 0, -1 if $change{cut};
    my $tag = $change{tag} // $self->tag;
    $tag = ($self->tag + $tag) & 0xffff if $tag =~ /^\+/;
    return join ' ', $tag, $change{alg} // $self->{algorithm}, $type, unpack 'H*', $digest;
}

# The two numbers of an ECDSA signature out of DER, each `half` octets long.
sub ecdsa_raw
{
    my ($der, $half) = @_;
    my ($r, $s) = unpack 'x2 x C/a* x C/a*', $der;
    return join '', map { substr "\0" x $half . $_, -$half } $r, $s;
}

# The order of the curve P-256.
my $ORDER = Math::BigInt->from_hex(
    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

sub private_number
{
    my ($file) = @_;
    my $der = capture(qw(openssl pkey -outform DER -in), $file);
    my ($octets) = $der =~ /\x02\x01\x01\x04\x20(.{32})/s or die "$file: no P-256 key\n";
    return Math::BigInt->from_bytes($octets);
}

# openssl needs some 5 ms for a signature and the lab has thousands.  With one and the same
# nonce for all of them (the key "nonce") a signature is two multiplications: s = (hash + r * key)
# / nonce.
# Whoever sees two such signatures knows the private key; those of the lab are worth nothing.
my $nonce;

sub sign_p256
{
    my ($self, $data) = @_;
    $nonce //= do {
        my ($folder) = $self->{file} =~ m{^(.*)/};
        my $key = Lab::Key->get($folder, "nonce", 13);
        my $r = substr $key->{public}, 0, 32;
        { octets => $r, r => Math::BigInt->from_bytes($r) % $ORDER,
            inverse => private_number($key->{file})->bmodinv($ORDER) };
    };
    $self->{number} //= private_number($self->{file});
    my $hash = Math::BigInt->from_bytes(sha256($data));
    my $s = ($hash + $nonce->{r} * $self->{number}) * $nonce->{inverse} % $ORDER;
    return $nonce->{octets} . substr "\0" x 32 . $s->to_bytes, -32;
}

# The algorithm of its signatures, which the DNSKEY need not admit to.
sub signs_as
{
    my ($self) = @_;
    return $self->{really} // $self->{algorithm};
}

sub sign
{
    my ($self, $data) = @_;
    my $about = $ALGORITHM{ $self->signs_as } or return sha512($data);
    return $self->sign_p256($data) if $self->signs_as == 13;
    my $file = File::Temp->new;
    binmode $file;
    print $file $data;
    close $file or die "cannot write $file: $!\n";
    return capture(qw(openssl pkeyutl -sign -rawin -inkey), $self->{file}, '-in', "$file")
        if !$about->{hash};
    my $made = capture('openssl', 'dgst', "-$about->{hash}", '-sign', $self->{file}, "$file");
    return $about->{half} ? ecdsa_raw($made, $about->{half}) : $made;
}

1;
